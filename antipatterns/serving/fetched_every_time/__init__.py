"""Everything fetched and computed anew for every question."""
