"""Model file, on-demand features and a runtime in the service; the rest stays where models are trained."""
