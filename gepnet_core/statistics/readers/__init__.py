"""Agreement of readers: kappa, ICC, Bland-Altman."""
