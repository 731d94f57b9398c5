"""What the pages of the gallery are written on."""
