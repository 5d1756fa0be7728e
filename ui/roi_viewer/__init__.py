"""The CT viewer: a component in plain JavaScript, its Python side, and the route that serves slices."""
