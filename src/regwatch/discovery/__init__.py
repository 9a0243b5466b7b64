"""Finding a medicine at the sources that can be searched, and making a topic of what was found."""
