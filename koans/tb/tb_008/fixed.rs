//! The plan of a print shop.

/// A job. Jobs go by their day, earlier first; on one day the larger one goes first, and equal ones by their title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub title: String,
    pub pages: u32,
    pub day: u32,
}

impl Ord for Job {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.day.cmp(&other.day).then(other.pages.cmp(&self.pages)).then_with(|| self.title.cmp(&other.title))
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The titles of all jobs in the order in which they are printed.
pub fn plan(jobs: &[Job]) -> Vec<String> {
    let mut jobs = jobs.to_vec();
    jobs.sort();
    jobs.into_iter().map(|job| job.title).collect()
}

/// The pages of the jobs that are printed on a day.
pub fn pages(jobs: &[Job], day: u32) -> u32 {
    jobs.iter().filter(|job| job.day == day).map(|job| job.pages).sum()
}
