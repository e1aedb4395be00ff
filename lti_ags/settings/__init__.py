"""What edx-platform's plugin loader takes from us for the settings of LMS and Studio."""
