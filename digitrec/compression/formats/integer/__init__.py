"""An int8 network as steps of whole numbers, which C and JavaScript are written from."""
