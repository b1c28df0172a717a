"""Words find products: by what their texts say, and by what the catalogue taught of how words look."""
