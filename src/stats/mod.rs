//! Statistics of worlds and paths: proportions, means, ratios, quantiles, with their errors.
