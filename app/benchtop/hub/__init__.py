"""The download worker: the only process that may open a connection. Empty until the Models page is built."""
