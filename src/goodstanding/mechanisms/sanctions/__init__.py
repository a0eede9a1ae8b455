"""What a rating does to people."""
