"""The Compare page: the same asked of several models, votes, rankings, suites and measurements."""
