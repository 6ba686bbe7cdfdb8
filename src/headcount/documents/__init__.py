"""Values become documents: the words on them, and the snapshot that is frozen when a number is given."""
