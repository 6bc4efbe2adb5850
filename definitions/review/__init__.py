"""The post-incident review: what happened, why, and what is done so that it does not happen again."""
