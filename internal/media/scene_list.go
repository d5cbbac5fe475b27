package media

// schools are all topics, in the order of Topics.
func schools() []school {
	return []school{sky(), kitchen(), ocean(), letters(), city(), garden(), beats(), paper(), highlands(), pixels()}
}
