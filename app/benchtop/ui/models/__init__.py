"""The Models page: finding models, getting them, keeping them."""
