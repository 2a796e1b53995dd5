"""Runs the study: steps with content keys, their workers, the scorecard. It knows systems and rulers."""
