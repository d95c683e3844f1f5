"""The inference worker: llama.cpp through llama-cpp-python's low-level functions, in a process of its own."""
