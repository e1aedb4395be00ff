"""The component that a course author adds: one graded block, one tool."""
