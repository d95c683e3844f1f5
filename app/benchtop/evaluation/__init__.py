"""Pure rules of comparing: replies to scores, votes to rankings. Empty until the Compare page is built."""
