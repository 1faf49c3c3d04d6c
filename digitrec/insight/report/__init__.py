"""All that is known of a model on one page that needs nothing beside it, and its model card."""
