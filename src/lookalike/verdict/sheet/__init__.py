"""What was measured, as a page that opens offline: figures with their intervals, costs, and pictures."""
