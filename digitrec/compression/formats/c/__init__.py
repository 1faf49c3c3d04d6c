"""An int8 network as C: a source file that needs whole numbers and nothing else."""
