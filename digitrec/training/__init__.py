"""Recipe, augmentation, fit: how weights are found. Keras is loaded by the modules that need it."""
