//! How much room a disk has.
#![allow(unsafe_code, reason = "statvfs has no safe wrapper")]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The bytes that this user may still write where `folder` lies; None where the kernel does not say.
#[allow(clippy::useless_conversion, reason = "the fields differ in width between platforms")]
pub(crate) fn free(folder: &Path) -> Option<u64> {
    let path = CString::new(folder.as_os_str().as_bytes()).ok()?;
    // SAFETY: `path` ends with a null byte and lives during the call; `about` is written by the kernel.
    let (result, about) = unsafe {
        let mut about: libc::statvfs = std::mem::zeroed();
        (libc::statvfs(path.as_ptr(), &raw mut about), about)
    };
    (result == 0).then(|| u64::from(about.f_bavail) * u64::from(about.f_frsize))
}
