"""A notebook, a pickle, and mails with the metric."""
