"""The example organizations: one a business model, loaded through the same services as everybody's data."""
