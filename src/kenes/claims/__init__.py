"""What does the text say, and can it be true? Read, normalise, check: from a text to claims, from claims to verdicts."""
