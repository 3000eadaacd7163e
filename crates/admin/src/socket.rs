//! The socket in the journal's folder.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

/// The name of the [`Socket`] in the journal's folder.
pub const SOCKET: &str = "control.sock";

/// The longest path that a socket may have everywhere.
const LONGEST: usize = 100;

/// A socket that only its own user can open (0600); its file goes when it is dropped.
///
/// ```
/// use switchboard_admin::{SOCKET, Socket, SocketError, short_path};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let socket = Socket::bind(folder.path())?;
/// let second = Socket::bind(folder.path());
/// assert!(matches!(second, Err(SocketError::InUse(_))));
///
/// let (path, _folder) = short_path(&folder.path().join(SOCKET))?;
/// tokio::net::UnixStream::connect(path).await?;
///
/// drop(socket);
/// assert!(!folder.path().join(SOCKET).exists());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Listens in `folder`, which must be its user's alone, within a tokio runtime. What a process
    /// that has died left there is replaced.
    ///
    /// # Errors
    ///
    /// When somebody listens there, or the folder cannot be written.
    pub fn bind(folder: &Path) -> Result<Self, SocketError> {
        let path = folder.join(SOCKET);
        let failed = |source| SocketError::Io(path.clone(), source);
        let (short, _folder) = short_path(&path).map_err(failed)?;
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.file_type().is_socket() => {
                return Err(SocketError::InTheWay(path));
            }
            Ok(_) if UnixStream::connect(&short).is_ok() => return Err(SocketError::InUse(path)),
            Ok(_) => fs::remove_file(&path).map_err(failed)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let listener = UnixListener::bind(&short).map_err(failed)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self { listener, path })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // The next start replaces what stays.
        let _ = fs::remove_file(&self.path);
    }
}

/// A path by which the socket at `path` can be bound or connected to, however long that is, while
/// the folder that comes with it is open. A path of more than 100 bytes is replaced by one of `/proc`,
/// as [`Socket`] shows.
///
/// # Errors
///
/// When its folder cannot be opened.
pub fn short_path(path: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok((path.to_owned(), None));
    };
    if path.as_os_str().len() <= LONGEST {
        return Ok((path.to_owned(), None));
    }
    let folder = File::open(folder)?;
    let short = Path::new("/proc/self/fd")
        .join(folder.as_raw_fd().to_string())
        .join(name);
    Ok((short, Some(folder)))
}

/// Why there is no [`Socket`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SocketError {
    /// Another process listens there.
    #[error("another process listens on {}", .0.display())]
    InUse(PathBuf),
    /// There is something else, which is not ours to remove.
    #[error("{} is no socket", .0.display())]
    InTheWay(PathBuf),
    /// The system does not let us.
    #[error("cannot listen on {}", .0.display())]
    Io(PathBuf, #[source] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_its_user_can_open_it_and_it_goes_with_its_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SOCKET);

        let socket = Socket::bind(folder.path()).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        drop(socket);

        assert_eq!(mode & 0o777, 0o600);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_a_dead_process_left_is_replaced_and_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SOCKET);
        drop(UnixListener::bind(&path).unwrap());

        let living = Socket::bind(folder.path()).unwrap();
        let second = Socket::bind(folder.path());

        assert!(matches!(second, Err(SocketError::InUse(_))), "{second:?}");
        drop(living);
        fs::write(&path, "precious").unwrap();
        let third = Socket::bind(folder.path());
        assert!(matches!(third, Err(SocketError::InTheWay(_))), "{third:?}");
        assert_eq!(fs::read(&path).unwrap(), b"precious");
    }

    #[tokio::test]
    async fn a_long_path_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("x".repeat(120));
        fs::create_dir(&deep).unwrap();

        let _socket = Socket::bind(&deep).unwrap();

        let (short, _folder) = short_path(&deep.join(SOCKET)).unwrap();
        assert!(UnixStream::connect(short).is_ok());
    }
}
