"""Its maker copies the model's file to the host."""
