//! Where journals are that hold something: made once, and used again and again.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Stock;
use crate::exit::CliError;

/// A folder of journals.
#[derive(Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
    /// Deletes it, unless it is to be kept.
    _temporary: Option<TempDir>,
}

impl Shelf {
    /// In `kept`, or else for a while in a folder of `folder`.
    ///
    /// # Errors
    ///
    /// When there is no such folder, and it cannot be made.
    pub(crate) fn new(kept: Option<PathBuf>, folder: &Path) -> io::Result<Self> {
        if let Some(folder) = kept {
            std::fs::create_dir_all(&folder)?;
            return Ok(Self {
                folder,
                _temporary: None,
            });
        }
        let temporary = tempfile::tempdir_in(folder)?;
        Ok(Self {
            folder: temporary.path().to_owned(),
            _temporary: Some(temporary),
        })
    }

    /// The journal that holds `stock`, once it was made.
    pub(crate) fn journal(&self, stock: Stock) -> PathBuf {
        self.folder.join(stock.folder_name())
    }

    /// Makes that journal, unless it is there. Answers whether it had to.
    ///
    /// Dropped, it leaves a part that the next one begins anew.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) async fn provide(&self, stock: Stock) -> Result<bool, CliError> {
        let journal = self.journal(stock);
        if journal.exists() {
            return Ok(false);
        }
        let part = journal.with_extension("part");
        if part.exists() {
            std::fs::remove_dir_all(&part)?;
        }
        stock.make(&part).await?;
        std::fs::rename(part, journal)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;

    #[tokio::test]
    async fn a_journal_is_made_once_and_a_part_of_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let stock = Stock::records(NonZero::new(10).unwrap());
        let part = kept.join(stock.folder_name()).with_extension("part");
        std::fs::create_dir_all(part).unwrap();
        let shelf = || Shelf::new(Some(kept.clone()), folder.path()).unwrap();

        let made = [
            shelf().provide(stock).await.unwrap(),
            shelf().provide(stock).await.unwrap(),
        ];

        assert_eq!(made, [true, false]);
        let left = std::fs::read_dir(&kept).unwrap().count();
        assert_eq!(left, 1, "nothing but the journal");
    }
}
