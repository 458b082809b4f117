"""Space: travel times, accessibility and the siting of facilities. Knows nothing of cities."""
