//! The plan of a print shop.

/// A job. Jobs go by their day, earlier first; on one day the larger one goes first, and equal ones by their title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub title: String,
    pub pages: u32,
    pub day: u32,
}

/// The titles of all jobs in the order in which they are printed.
pub fn plan(jobs: &[Job]) -> Vec<String> {
    let mut jobs = jobs.to_vec();
    jobs.sort_by_key(|job| (job.day, std::cmp::Reverse(job.pages), job.title.clone()));
    jobs.into_iter().map(|job| job.title).collect()
}

/// The pages of the jobs that are printed on a day.
pub fn pages(jobs: &[Job], day: u32) -> u32 {
    jobs.iter().filter(|job| job.day == day).map(|job| job.pages).sum()
}
