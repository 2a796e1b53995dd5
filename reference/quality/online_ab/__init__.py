"""Half of the aircraft get the candidate's answers, under a test that may be looked at every day."""
