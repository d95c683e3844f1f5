"""Failures on the way to a model: the network, the Hub, and what arrives.

BenchtopError
├── HubError                  every sub-class has the fact ``host``
│   ├── HubOffline            the offline switch is on
│   ├── HubUnreachable        no connection, or it broke too often
│   ├── HubBusy               asked too often: try again later
│   ├── HubFailed             the Hub answered with a failure of its own
│   ├── HubGarbled            the answer is not one of a Hub: a log-in page, or nonsense
│   ├── NetworkSettingWrong   a proxy, a certificate or an address that cannot be used
│   ├── RepositoryUnknown     no such repository, or not for this account
│   ├── RevisionUnknown       no such branch, tag or commit
│   ├── RemoteFileUnknown     no such file in the repository
│   ├── RepositoryGated       its makers ask for agreement first
│   ├── TokenRefused          the access token is wrong or has ended
│   ├── TokenMissing          there is no access token
│   ├── TokenMalformed        it can be no access token
│   ├── TokenNotKept          it could not be written down
│   ├── TokenNotForgotten     the keyring did not give it up
│   ├── TokenFileStays        its file could not be removed
│   └── KeyringClosed         it lies in the system's keyring, which did not open
├── DownloadError             every sub-class has the fact ``file``
│   ├── DownloadCut           it ended before its end, again and again
│   ├── DownloadDamaged       it is not what the Hub has: nothing of it is kept
│   ├── DownloadChanged       its makers replaced it meanwhile: nothing of it is kept
│   ├── DownloadNoRoom        the disk has too little room
│   │   └── DownloadsNoRoom   not for all that is being downloaded to it
│   ├── DownloadNotWritten    the folder takes no file
│   ├── DownloadNotDeleted    the folder does not let go what was cancelled
│   ├── DownloadElsewhere     another program is downloading it
│   └── HubFileNoModel        its bytes are those of the Hub, and no model
├── RemoteHeaderTooLarge      more header than anyone needs
├── UnsafeName                a file name that could be written elsewhere
├── FileChoiceUnclear         no file, or several, go by that name
└── CatalogueDamaged          the catalogue that comes with Benchtop cannot be read
"""

from __future__ import annotations

from benchtop.domain.errors import BenchtopError


class HubError(BenchtopError):
    """The Hub could not be asked."""

    sentence = "{host} could not be asked: {detail}"


class HubOffline(HubError):
    sentence = (
        "Benchtop is offline, so nothing was asked of {host}: switch Offline off at the bottom of "
        "the window, or add --online to the command."
    )


class HubUnreachable(HubError):
    sentence = "{host} could not be reached ({detail}): check the connection and try again."


class HubBusy(HubError):
    sentence = "{host} was asked too often: try again in {seconds} seconds."


class HubFailed(HubError):
    sentence = "{host} answered with a failure of its own (status {status}): try again later."


class HubGarbled(HubError):
    sentence = (
        "What answered as {host} is not a model hub: if this network has a log-in page, open it in "
        "a web browser, then try again."
    )


class NetworkSettingWrong(HubError):
    """``name`` is an environment variable, or several."""

    sentence = "{host} was not asked because the setting {name} cannot be used: {detail}."


class RepositoryUnknown(HubError):
    sentence = (
        "{host} has no repository {repo}, or not for this account: check its name, or sign in with "
        "another account in Settings or by `benchtop models login`."
    )


class RevisionUnknown(HubError):
    sentence = "{repo} has no revision {revision} on {host}: choose another, or leave it out."


class RemoteFileUnknown(HubError):
    sentence = "{repo} has no file {file} on {host} any more: look at its files again."


class RepositoryGated(HubError):
    sentence = (
        "The makers of {repo} ask for your agreement: accept their terms at {link}, and sign in with "
        "the same account in Settings or by `benchtop models login`."
    )


class TokenRefused(HubError):
    """``place`` says which token, such as "in HF_TOKEN" or "that was entered"."""

    sentence = (
        "{host} does not accept the access token {place}: make a new one there and put it in its "
        "place."
    )


class TokenMissing(HubError):
    sentence = (
        "{host} answers nobody without an access token: make one there, and enter it in Settings or "
        "by `benchtop models login`."
    )


class TokenMalformed(HubError):
    sentence = (
        "What was entered is no access token for {host}: copy it whole from {link}, it is one word "
        "of plain letters and digits."
    )


class TokenNotKept(HubError):
    sentence = (
        "The access token for {host} could not be kept in {file} ({detail}): mend that, or give it "
        "in the variable HF_TOKEN."
    )


class TokenNotForgotten(HubError):
    """``detail`` goes on after "which"."""

    sentence = (
        "Benchtop no longer uses the access token for {host}, but it may lie in the system keyring, "
        "which {detail}: delete the entry called Benchtop there."
    )


class TokenFileStays(HubError):
    sentence = (
        "The access token for {host} could not be removed from {file} ({detail}): delete that file."
    )


class KeyringClosed(HubError):
    """``detail`` goes on after "which"."""

    sentence = (
        "The access token for {host} lies in the system keyring, which {detail}: unlock it and try "
        "again, or enter the token anew in Settings or by `benchtop models login`."
    )


class DownloadError(BenchtopError):
    """A download did not come to its end."""

    sentence = "{file} could not be downloaded: {detail}"


class DownloadCut(DownloadError):
    sentence = (
        "The download of {file} broke off at {have} of {need}: what is here stays, and trying again "
        "goes on from there."
    )


class DownloadDamaged(DownloadError):
    sentence = (
        "What arrived as {file} is not what the Hub has ({detail}), so nothing of it was kept: try "
        "again."
    )


class DownloadChanged(DownloadError):
    sentence = (
        "{file} was replaced on the Hub since its repository was looked at, so nothing of it was "
        "kept: look at the repository again."
    )


class DownloadNoRoom(DownloadError):
    sentence = (
        "There is no room for {file} in {folder}: it needs {need} more and {free} are free. Free "
        "some room and try again; what is here stays."
    )


class DownloadsNoRoom(DownloadNoRoom):
    sentence = (
        "There is no room for {file} in {folder} beside what else is being downloaded: {need} more are "
        "needed for all of it and {free} are free. Free some room and try again; what is here stays."
    )


class DownloadNotWritten(DownloadError):
    sentence = "{file} cannot be written in {folder} ({detail}): choose another folder for models."


class DownloadNotDeleted(DownloadError):
    sentence = (
        "What is here of {file} could not be deleted from {folder} ({detail}): mend that and cancel "
        "it again, or delete it by hand."
    )


class DownloadElsewhere(DownloadError):
    sentence = "Another program is downloading {file} at this moment: wait until it is done."


class HubFileNoModel(DownloadError):
    sentence = (
        "{file} is what the Hub has, and it is no model that can be used ({detail}): tell its makers, "
        "or choose another file."
    )


class RemoteHeaderTooLarge(BenchtopError):
    sentence = "The header of {file} is larger than {limit}, so it was not read to its end."


class UnsafeName(BenchtopError):
    sentence = "A file called {name} is not downloaded: {detail}"


class FileChoiceUnclear(BenchtopError):
    sentence = "{detail}"


class CatalogueDamaged(BenchtopError):
    sentence = "The catalogue of models that comes with Benchtop cannot be read: {detail}"
