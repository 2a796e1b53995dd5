"""The model as a graph of arithmetic that any runtime of ONNX computes."""
