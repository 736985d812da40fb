"""The machines: a page traced once into a straight program (`program`), compiled (`native`), swept backwards (`gradient`)."""
