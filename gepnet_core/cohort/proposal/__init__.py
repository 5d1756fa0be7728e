"""What a user's headings and cells may mean."""
