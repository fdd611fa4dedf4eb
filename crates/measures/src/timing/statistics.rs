//! Two samples compared.

/// |t| beyond which the means of two samples differ: chance alone comes to 10 less than once in 10²² times.
pub(crate) const BOUND: f64 = 10.0;

/// Welch's t of two samples, of which the slowest tenth of both together is cut away: what the system did meanwhile.
pub(crate) fn welch(one: &[f64], two: &[f64]) -> f64 {
    let all = sorted(&[one, two].concat());
    let highest = all.get(all.len() * 9 / 10).copied().unwrap_or(f64::MAX);
    let part = |sample: &[f64]| moments(sample.iter().copied().filter(|value| *value <= highest));
    let ((n1, mean1, var1), (n2, mean2, var2)) = (part(one), part(two));
    (mean1 - mean2) / (var1 / n1 + var2 / n2).sqrt()
}

/// The number, mean and variance of a sample (Welford).
fn moments(sample: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in sample {
        n += 1.0;
        let off: f64 = value - mean;
        mean += off / n;
        squares += off * (value - mean);
    }
    (n, mean, squares / (n - 1.0))
}

/// The p of the two-sample test of Kolmogorov and Smirnov, in its asymptotic form.
pub(crate) fn kolmogorov_smirnov(one: &[f64], two: &[f64]) -> f64 {
    let (one, two) = (sorted(one), sorted(two));
    let share = |at: usize, of: usize| count(at) / count(of);
    let (mut i, mut j, mut farthest) = (0, 0, 0.0_f64);
    while let (Some(a), Some(b)) = (one.get(i), two.get(j)) {
        let here = a.min(*b);
        i += one.iter().skip(i).take_while(|value| **value <= here).count();
        j += two.iter().skip(j).take_while(|value| **value <= here).count();
        farthest = farthest.max((share(i, one.len()) - share(j, two.len())).abs());
    }
    let root = (count(one.len()) * count(two.len()) / (count(one.len()) + count(two.len()))).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * farthest;
    let term = |k: i32| (-2.0 * f64::from(k * k) * lambda * lambda).exp() * if k % 2 == 1 { 2.0 } else { -2.0 };
    // Where nothing is between the samples the series does not converge; there p is 1.
    if lambda < 0.2 { 1.0 } else { (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0) }
}

pub(crate) fn median(sample: &[f64]) -> f64 {
    sorted(sample).get(sample.len() / 2).copied().unwrap_or(f64::NAN)
}

fn sorted(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::NAN, f64::from)
}
