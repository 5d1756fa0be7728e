"""What a table may hold: columns, their values, the mapping of a user's table onto them."""
