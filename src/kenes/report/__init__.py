"""What a reader sees: reads the books and the report of a result, computes nothing."""
