"""Runs the study: steps with content keys, their workers, the scorecard. The only place that knows systems and rulers."""
