"""An index learns an encoder of its own: lessons of its catalogue, a report, and the switch."""
