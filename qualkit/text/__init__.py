"""Pure work on text: normalising, segmenting into utterances, speakers, coverage."""
