"""The ROC curve, the area under it and its intervals."""
