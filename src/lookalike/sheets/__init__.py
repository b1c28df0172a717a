"""What the pages that open offline share: figures in words, drawn intervals, pictures of what was found."""
