"""The graph on the web: pages that people read, files that any host serves, an endpoint that programs ask."""
