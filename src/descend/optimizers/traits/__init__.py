"""What is known of an optimizer: stated by it, or measured on its step."""
