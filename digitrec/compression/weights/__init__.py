"""What weights may be: mostly zero, few values, few bits, signs; while they are trained, too."""
