"""Questions that wait for an answer, and answers that wait for whoever asked, in one file that outlives processes."""
