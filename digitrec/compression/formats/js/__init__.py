"""An int8 network as JavaScript: one module of whole numbers, for browsers and Node.js."""
