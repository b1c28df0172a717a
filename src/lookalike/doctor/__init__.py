"""What is wrong with a catalogue: one file for each kind of finding."""
