//! What the headers of a program's file say (elf(5)), 64 bits and little-endian.

use std::path::{Path, PathBuf};

const LOAD: u64 = 1;
const INTERPRETER: u64 = 3;
/// Of a program header.
const OFFSET: usize = 8;
const FILE_SIZE: usize = 32;
const MEMORY_SIZE: usize = 40;

/// A program's file.
pub(crate) struct Elf(Vec<u8>);

impl Elf {
    /// None where the file cannot be read, or is of another format.
    pub(crate) fn read(program: &Path) -> Option<Self> {
        let bytes = std::fs::read(program).ok()?;
        bytes.starts_with(b"\x7fELF\x02\x01").then_some(Self(bytes))
    }

    /// The loader that the program names. Exec needs the right to execute it as well.
    pub(crate) fn loader(&self) -> Option<PathBuf> {
        let header = self.headers(INTERPRETER).next()?;
        let start = usize::try_from(self.number(header + OFFSET, 8)?).ok()?;
        let size = usize::try_from(self.number(header + FILE_SIZE, 8)?).ok()?;
        let name = std::str::from_utf8(self.0.get(start..start.checked_add(size)?)?).ok()?;
        Some(PathBuf::from(name.trim_end_matches('\0')))
    }

    /// Bytes of memory that its code and its statics take, before its first instruction.
    pub(crate) fn memory(&self) -> u64 {
        let sizes = self.headers(LOAD).filter_map(|header| self.number(header + MEMORY_SIZE, 8));
        sizes.fold(0, u64::saturating_add)
    }

    /// Where the program headers of one kind begin.
    fn headers(&self, kind: u64) -> impl Iterator<Item = usize> + '_ {
        let table = self.number(0x20, 8).and_then(|at| usize::try_from(at).ok()).unwrap_or(self.0.len());
        let [size, count] = [0x36, 0x38].map(|at| self.number(at, 2).unwrap_or(0));
        let places = (0..count).map_while(move |index| table.checked_add(usize::try_from(index * size).ok()?));
        places.filter(move |&header| self.number(header, 4) == Some(kind))
    }

    fn number(&self, at: usize, size: usize) -> Option<u64> {
        let field = self.0.get(at..at.checked_add(size)?)?;
        Some(field.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::Toolchain;

    #[test]
    fn the_loader_of_rustc_is_an_existing_file_and_its_statics_are_less_than_a_gigabyte() {
        let rustc = Elf::read(&Toolchain::find(None).unwrap().rustc).unwrap();
        assert!(rustc.loader().unwrap().is_file());
        assert!((1..1 << 30).contains(&rustc.memory()));
    }

    #[test]
    fn a_damaged_header_names_nothing() {
        let mut bytes = b"\x7fELF\x02\x01".to_vec();
        bytes.resize(64, 0xff);
        let damaged = Elf(bytes);
        assert_eq!((damaged.loader(), damaged.memory()), (None, 0));
    }
}
