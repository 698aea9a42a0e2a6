"""评估指标体系 (五(三), 另行制定): an indicator system as data, read from one file, and the score of a park by it."""
